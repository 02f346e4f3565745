import { type CheckPoint, type CheckPointId, keyOf } from './check-point.js'

/** Check points due within one step are looked at together. */
const STEP_MS = 200

/**
 * The check points that are not finished, in memory: by their ids, by when they are due, and by where they are in the
 * revive queues. Adding and removing cost the same however many there are.
 */
export class InFlight {
  readonly #byKey = new Map<string, CheckPoint>()
  /** Step → check points due in it. */
  readonly #steps = new Map<number, Set<CheckPoint>>()
  /** Revive queue id → offset → check point; maps keep the order in which they are filled. */
  readonly #reviveQueues = new Map<number, Map<number, CheckPoint>>()
  readonly #counts = new Map<string, number>()

  get size(): number {
    return this.#byKey.size
  }

  /** How many check points of a group there are. */
  sizeOf(group: string): number {
    return this.#counts.get(group) ?? 0
  }

  find(id: CheckPointId): CheckPoint | undefined {
    return this.#byKey.get(keyOf(id))
  }

  /** Returns when to look for it, milliseconds since the epoch: at the end of the step it is due in. */
  add(checkPoint: CheckPoint): number {
    const { id, reviveQueueId, reviveOffset } = checkPoint
    this.#byKey.set(keyOf(id), checkPoint)
    let queue = this.#reviveQueues.get(reviveQueueId)
    if (queue === undefined) {
      queue = new Map()
      this.#reviveQueues.set(reviveQueueId, queue)
    }
    queue.set(reviveOffset, checkPoint)
    this.#counts.set(id.group, this.sizeOf(id.group) + 1)
    this.schedule(checkPoint, checkPoint.dueAt)
    return stepOf(checkPoint.dueAt) * STEP_MS
  }

  remove(checkPoint: CheckPoint): void {
    const { id, reviveQueueId, reviveOffset } = checkPoint
    if (this.#byKey.get(keyOf(id)) !== checkPoint) return
    this.#byKey.delete(keyOf(id))
    this.#reviveQueues.get(reviveQueueId)?.delete(reviveOffset)
    const left = this.sizeOf(id.group) - 1
    if (left > 0) this.#counts.set(id.group, left)
    else this.#counts.delete(id.group)
    this.#unschedule(checkPoint)
  }

  /** Changes when it is due. */
  schedule(checkPoint: CheckPoint, dueAt: number): void {
    this.#unschedule(checkPoint)
    checkPoint.dueAt = dueAt
    const step = stepOf(dueAt)
    const due = this.#steps.get(step)
    if (due === undefined) this.#steps.set(step, new Set([checkPoint]))
    else due.add(checkPoint)
  }

  /** After the clock was set back to `now`: no message stays away for longer than its invisible time from then on. */
  bringForward(now: number): void {
    for (const checkPoint of this.#byKey.values()) {
      const latest = now + checkPoint.invisibleTime
      if (checkPoint.dueAt > latest) this.schedule(checkPoint, latest)
    }
  }

  /** Takes the check points that are due off the schedule; they stay in flight. */
  takeDue(now: number): CheckPoint[] {
    const taken: CheckPoint[] = []
    for (const [step, due] of this.#steps) {
      if (step * STEP_MS > now) continue
      this.#steps.delete(step)
      taken.push(...due)
    }
    return taken.sort((a, b) => a.dueAt - b.dueAt)
  }

  /** When to look for due check points next; `Infinity` when none is scheduled. Looks at each step. */
  nextDueAt(): number {
    let first = Number.POSITIVE_INFINITY
    for (const step of this.#steps.keys()) if (step < first) first = step
    return first * STEP_MS
  }

  /** The revive offset of the oldest check point of a revive queue: what lies before it is not needed any more. */
  oldest(reviveQueueId: number): number | undefined {
    return this.#reviveQueues.get(reviveQueueId)?.keys().next().value
  }

  *all(): Generator<CheckPoint> {
    yield* this.#byKey.values()
  }

  #unschedule(checkPoint: CheckPoint): void {
    const step = stepOf(checkPoint.dueAt)
    const due = this.#steps.get(step)
    if (due?.delete(checkPoint) && due.size === 0) this.#steps.delete(step)
  }
}

/** Rounded up, so that nothing is due early. */
function stepOf(time: number): number {
  return Math.ceil(time / STEP_MS)
}
