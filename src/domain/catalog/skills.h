/* Skills as the catalogue has them: the values of a skill profile and of the skills given to one
 * user (dynamic ones), and what a queue asks for. How they compare: domain/core/skill_match.h. */
#ifndef DOMAIN_CATALOG_SKILLS_H
#define DOMAIN_CATALOG_SKILLS_H
#include "domain/catalog/references.h"
#include "domain/core/skill_match.h"
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

/* What a queue asks for; a skill that is switched off is had by nobody. Memory of the arena and of
 * the queue. */
enum err skills_of_queue(const struct catalog_view *view, const struct entity *queue,
                         struct arena *a, struct skill_ask **asks, size_t *count);
enum err skills_match_queue(const struct catalog_view *view, const struct skills *profile,
                            const struct skills *dynamic, const struct entity *queue,
                            struct arena *a, struct skills_match *out);
#endif
