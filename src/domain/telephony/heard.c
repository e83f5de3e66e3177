/* What devices tell the contact centre. */
#include "domain/task/task.h"
#include "domain/telephony/device.h"

void device_heard(struct centre *c, struct uuid task, enum device_event what, struct effects *fx)
{
    struct task *t = task_find(c, task);
    if (!t)
        return;
    switch (what) {
    case DEVICE_ANSWERED:
        task_answered(t, fx);
        return;
    case DEVICE_DECLINED:
        task_declined(t, fx);
        return;
    case DEVICE_HUNG_UP:
        if (t->s.state == TASK_CONNECTED || t->s.state == TASK_HELD)
            task_over(t, PARTY_AGENT, fx);
        return;
    default:
        return;
    }
}
