/* What somebody can do against what a queue asks for: the values of a skill profile and of the
 * skills given to one user (dynamic ones), and the conditions of a queue. */
#ifndef DOMAIN_CATALOG_SKILLS_H
#define DOMAIN_CATALOG_SKILLS_H
#include "domain/catalog/references.h"
struct skill_held {
    struct uuid skill;
    struct slice text; /* of text and enum skills; "true" or "false" of boolean ones */
    int64_t level;     /* of proficiency skills; -1: none */
};
struct skills { /* memory of the arena and of what they were read from */
    struct skill_held *items;
    size_t count, cap;
};
/* Adds those of a skill profile. ERR_NOT_FOUND: there is no such profile. */
enum err skills_add_profile(struct skills *s, const struct catalog_view *view, struct uuid profile,
                            struct arena *a);
/* Adds those of a list of {skillId, textValue | booleanValue | proficiencyValue | enumSkillValues};
 * NULL adds none. */
enum err skills_add_list(struct skills *s, const struct json *list, struct arena *a);
/* One requirement, {skillId, condition, skillValue}: IS, IS_NOT, GTE, LTE, GT, LT; a condition of
 * another name is met by nobody. */
bool skills_meet(const struct skills *s, const struct json *requirement);
/* Skills of a user: the profile of the user, else of a team; and the dynamic ones. */
enum err skills_of_user(const struct catalog_view *view, const struct entity *user, struct arena *a,
                        struct skills *profile, struct skills *dynamic);

/* How the requirements of a queue are met. No requirement of a kind: that kind is met. */
struct skills_match {
    bool profile, dynamic;
    int64_t profile_score, dynamic_score; /* weights of what is met; 1 where none is given */
};
enum err skills_match_queue(const struct skills *profile, const struct skills *dynamic,
                            const struct entity *queue, struct arena *a, struct skills_match *out);
#endif
