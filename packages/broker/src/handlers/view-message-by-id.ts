import { ResponseCode, type viewMessageById } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'

/** One record by its physical offset, which the client took from an offset message id. */
export function viewMessageByIdHandler(needs: { store: MessageStore }): HandlerOf<typeof viewMessageById> {
  return async ({ fields: { offset } }) => {
    const record = await needs.store.recordAt(offset)
    if (record !== undefined) return { body: record }
    return { code: ResponseCode.SYSTEM_ERROR, remark: `can not find message by the offset, ${offset}` }
  }
}
