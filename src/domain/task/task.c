/* The task as a noun: its memory. What happens to it: flow.c, offer.c. */
#include "domain/task/task.h"

#include <stdlib.h>

#include "domain/routing/lines.h"
#include "domain/task/task_priv.h"

struct task *task_find(const struct centre *c, struct uuid id)
{
    return map_get(&c->tasks, id_key(&id));
}

static struct slice put_text(void *box, struct slice text)
{
    return textbox_put(box, text);
}

/* All texts of a task into one box. */
static bool put_all(struct task_snapshot *s, struct leg_snapshot *legs,
                    struct attribute *attributes, struct textbox *box)
{
    bool ok = task_snapshot_move_texts(s, put_text, box);
    for (uint32_t i = 0; ok && i < s->leg_count; i++)
        ok = leg_snapshot_move_texts(&legs[i], put_text, box);
    for (uint32_t i = 0; ok && i < s->attribute_count; i++) {
        attributes[i].name = textbox_put(box, attributes[i].name);
        attributes[i].value = textbox_put(box, attributes[i].value);
        ok = attributes[i].name.at && attributes[i].value.at;
    }
    return ok;
}

static void *copy_list(const void *list, size_t bytes)
{
    void *copy = malloc(bytes + 1);
    if (copy && bytes > 0)
        memcpy(copy, list, bytes);
    return copy;
}

/* The lists of `s` as the task's own; false leaves them NULL. */
static bool copy_lists(struct task *t)
{
    t->legs = copy_list(t->s.legs, t->s.leg_count * sizeof *t->legs);
    t->attributes = copy_list(t->s.attributes, t->s.attribute_count * sizeof *t->attributes);
    t->s.legs = t->legs;
    t->s.attributes = t->attributes;
    return t->legs && t->attributes;
}

struct task *task_new(struct centre *c, const struct task_snapshot *s)
{
    struct task *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->centre = c;
    t->s = *s;
    if (!copy_lists(t) || !put_all(&t->s, t->legs, t->attributes, &t->box) ||
        map_put(&c->tasks, id_key(&t->s.id), t) != ERR_OK) {
        task_free(t);
        return NULL;
    }
    return t;
}

void task_free(struct task *t)
{
    textbox_release(&t->box);
    free(t->legs);
    free(t->attributes);
    free(t);
}

/* Into a fresh box, without what piled up. Short of memory the old one serves on. */
static void move_box(struct task *t)
{
    struct task fresh = { .s = t->s };
    if (!copy_lists(&fresh) || !put_all(&fresh.s, fresh.legs, fresh.attributes, &fresh.box)) {
        textbox_release(&fresh.box);
        free(fresh.legs);
        free(fresh.attributes);
        return;
    }
    textbox_release(&t->box);
    free(t->legs);
    free(t->attributes);
    t->s = fresh.s;
    t->box = fresh.box;
    t->box.settled = t->box.used;
    t->legs = fresh.legs;
    t->attributes = fresh.attributes;
}

void task_touch(struct task *t)
{
    struct centres *all = t->centre->all;
    if (t->dirty)
        return;
    if (textbox_is_due(&t->box))
        move_box(t);
    t->dirty = true;
    t->next_dirty = NULL;
    *all->dirty_tasks_end = t;
    all->dirty_tasks_end = &t->next_dirty;
    t->s.updated_time = world_now_ms(all->world);
}

bool task_leg_begin(struct task *t, const struct leg_snapshot *leg)
{
    struct leg_snapshot *legs = realloc(t->legs, (t->s.leg_count + 1) * sizeof *legs);
    if (!legs)
        return false;
    t->legs = legs;
    t->s.legs = legs;
    legs[t->s.leg_count++] = *leg;
    return true;
}

/* Index of the attribute, or attribute_count. */
static uint32_t find_attribute(const struct task *t, struct slice name)
{
    uint32_t i = 0;
    while (i < t->s.attribute_count && !slice_eq(t->attributes[i].name, name))
        i++;
    return i;
}

static bool add_attribute(struct task *t, const struct attribute *a)
{
    struct attribute *list =
        realloc(t->attributes, (t->s.attribute_count + 1) * sizeof *t->attributes);
    if (!list)
        return false;
    t->attributes = list;
    t->s.attributes = list;
    list[t->s.attribute_count] = (struct attribute){ 0 };
    if (!textbox_set(&t->box, &list[t->s.attribute_count].name, a->name) ||
        !textbox_set(&t->box, &list[t->s.attribute_count].value, a->value))
        return false;
    t->s.attribute_count++;
    return true;
}

bool task_attribute_set(struct task *t, const struct attribute *a)
{
    uint32_t i = find_attribute(t, a->name);
    if (i < t->s.attribute_count && a->value.len > 0)
        return textbox_set(&t->box, &t->attributes[i].value, a->value);
    if (i < t->s.attribute_count)
        t->attributes[i] = t->attributes[--t->s.attribute_count];
    else if (a->value.len > 0)
        return add_attribute(t, a);
    return true;
}
