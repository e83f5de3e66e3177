"""Schemas that are parts of others, or other forms: part_schemas(found) is a dict of named schemas, made of those of the resources."""

LEVELS = {"channel": ("accessAllEntryPoints", "entryPoints"), "site": ("accessAllSites", "sites"),
          "queue": ("accessAllQueues", "queues"), "team": ("accessAllTeams", "teams")}
OLD = ("organizationId", "id", "version", "name", "description", "profileType", "active", "editableFolderIds", "viewableFolderIds",
       "nonViewableFolderIds", "systemDefault", "createdTime", "lastUpdatedTime")


def old_form(profile):
    """Before permissions and collections: one level and a list of ids for each kind."""
    level = {**profile["resourceAccessLevel"], "description": "How far it goes"}
    found = {name: profile[name] for name in OLD}
    found["accessAllModules"] = level
    for kind, (access, ids) in LEVELS.items():
        found[access] = level
        found[ids] = {"type": "array", "uniqueItems": True, "items": {"type": "string"}, "description": "Those of kind %s, when SPECIFIC" % kind}
    needed = ["organizationId", "id", "version", "name", "profileType", "active", "accessAllModules", *(level for level, _ in LEVELS.values())]
    return {"type": "object", "description": "A user profile in its old form", "properties": found, "required": needed}


def access_control_list(profile):
    found = {name: schema for name, schema in profile.items() if name != "systemDefault"}
    resources = profile["resourceCollections"]["items"]["properties"]["resources"]
    found["resources"] = {**resources, "description": "What the collections show together of each kind"}
    return {"type": "object", "description": "What a user profile lets through", "properties": found}


def part_schemas(found):
    profile = found["UserProfile"]["properties"]
    return {"OldUserProfile": old_form(profile), "AccessControlList": access_control_list(profile),
            "AssignedSkill": found["User"]["properties"]["dynamicSkills"]["items"],
            "SkillRequirement": found["ContactServiceQueue"]["properties"]["queueSkillRequirements"]["items"]}
