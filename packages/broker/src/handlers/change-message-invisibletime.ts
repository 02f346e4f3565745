import type { changeMessageInvisibletime } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { Acknowledger } from '../pop/acknowledger.js'

/** A consumer needs longer for a popped message, or gives it back. */
export function changeMessageInvisibletimeHandler({
  acknowledger,
}: {
  acknowledger: Acknowledger
}): HandlerOf<typeof changeMessageInvisibletime> {
  return ({ fields }) => acknowledger.changeInvisibleTime(fields)
}
