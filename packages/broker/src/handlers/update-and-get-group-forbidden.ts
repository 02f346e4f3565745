import { encodeGroupForbidden, type updateAndGetGroupForbidden } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { SubscriptionGroupTable } from '../groups/subscription-group-table.js'

/** The forbidden flag that keeps a group from reading a topic. Apache: PermName.INDEX_PERM_READ. */
const READ_FLAG = 2

/** Apache: AdminBrokerProcessor.updateAndGetGroupForbidden. */
export function updateAndGetGroupForbiddenHandler({
  groups,
}: {
  groups: SubscriptionGroupTable
}): HandlerOf<typeof updateAndGetGroupForbidden> {
  return async ({ fields: { group, topic, readable } }) => {
    if (readable !== undefined) await groups.setForbidden(group, topic, READ_FLAG, !readable)
    const now = !groups.isForbidden(group, topic, READ_FLAG)
    return { remark: '', body: encodeGroupForbidden({ group, topic, readable: now }) }
  }
}
