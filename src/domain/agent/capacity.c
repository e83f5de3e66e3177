/* What an agent may take next, as the multimedia profile's blending mode says. Pure. A channel
 * counts as occupied from the offer to the end of wrap-up. */
#include "domain/agent/agent.h"

static bool is_real_time(enum channel_type t)
{
    return t == CHANNEL_TELEPHONY || t == CHANNEL_CHAT;
}

/* May a contact of type `wanted` stand beside one of type `present`? */
static bool may_blend(enum blending mode, enum channel_type present, enum channel_type wanted)
{
    if (mode == BLENDING_EXCLUSIVE)
        return false;
    if (mode == BLENDING_REALTIME && is_real_time(present) && is_real_time(wanted))
        return present == wanted;
    return true;
}

int capacity_pick(enum blending mode, const struct channel_snapshot *channels, uint32_t count,
                  enum channel_type type, unsigned units)
{
    unsigned taken = 0;
    int pick = -1;
    for (uint32_t i = 0; i < count; i++) {
        const struct channel_snapshot *ch = &channels[i];
        if (!uuid_is_nil(ch->task_id)) {
            if (!may_blend(mode, ch->type, type))
                return -1;
            taken += ch->type == type;
        } else if (pick < 0 && ch->type == type && ch->state == CHANNEL_AVAILABLE) {
            pick = (int)i;
        }
    }
    return taken < units ? pick : -1;
}
