/* The moves of spec/task_states.def as a table: 0 means refused, else the new state + 1. */
#include "domain/task/task.h"

static const unsigned char moves[task_state_count][TASK_EVENT_COUNT] = {
#define TASK_EDGE(from, event, to) [TASK_##from][TASK_ON_##event] = TASK_##to + 1,
#include "task_states.def"
};

enum err task_step(enum task_state *state, enum task_event on)
{
    unsigned char to = moves[*state][on];
    if (to == 0)
        return ERR_CONFLICT;
    *state = (enum task_state)(to - 1);
    return ERR_OK;
}
