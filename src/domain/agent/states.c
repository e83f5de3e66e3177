/* The moves of spec/agent_states.def as tables: 0 means refused, else the new state + 1. */
#include "domain/agent/agent.h"

static const unsigned char agent_moves[agent_state_count][AGENT_EVENT_COUNT] = {
#define AGENT_EDGE(from, event, to) [AGENT_##from][AGENT_ON_##event] = AGENT_##to + 1,
#include "agent_states.def"
};
static const unsigned char channel_moves[channel_state_count][CHANNEL_EVENT_COUNT] = {
#define CHANNEL_EDGE(from, event, to) [CHANNEL_##from][CHANNEL_EVENT_##event] = CHANNEL_##to + 1,
#include "agent_states.def"
};

enum err agent_step(enum agent_state *state, enum agent_event on)
{
    unsigned char to = agent_moves[*state][on];
    if (to == 0)
        return ERR_CONFLICT;
    *state = (enum agent_state)(to - 1);
    return ERR_OK;
}

enum err channel_step(enum channel_state *state, enum channel_event on)
{
    unsigned char to = channel_moves[*state][on];
    if (to == 0)
        return ERR_CONFLICT;
    *state = (enum channel_state)(to - 1);
    return ERR_OK;
}
