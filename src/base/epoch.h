/* Epoch-based reclamation: readers walk shared structures without locks; what a writer unlinks is
 * freed once no reader that could have seen it is still inside. A reader's stay must be short and
 * must not block.
 *
 *     epoch_enter(); v = atomic_load(&shared); use(v); epoch_leave();      -- any thread, registers
 * itself, may nest old = atomic_exchange(&shared, new); epoch_retire(free, old);        -- writers,
 * any thread                     */
#ifndef BASE_EPOCH_H
#define BASE_EPOCH_H
void epoch_enter(void);
void epoch_leave(void);
/* fn(arg) runs later, on some writer's thread, outside any lock of this module. Aborts when memory
 * is short. */
void epoch_retire(void (*fn)(void *arg), void *arg);
/* Waits until everything retired so far is freed (shutdown, tests). Not from inside enter/leave. */
void epoch_drain(void);
#endif
