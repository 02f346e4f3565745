import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, optional, text } from '../command/field.js'

/** Which controller leads. Apache: GetMetaDataResponseHeader. */
export const controllerGetMetadataInfo = defineCommand({
  code: RequestCode.CONTROLLER_GET_METADATA_INFO,
  response: {
    group: optional(text()),
    controllerLeaderId: optional(text()),
    controllerLeaderAddress: optional(text()),
    isLeader: boolean({ default: false }),
    peers: optional(text()),
  },
})
