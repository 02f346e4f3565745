import type { Resources } from '@rocketeer/foundation'
import { Assigner, type AssignerNeeds } from './assigner.js'
import { RequestModes, type RequestModesNeeds } from './request-modes.js'

export type AssignmentNeeds = RequestModesNeeds & Omit<AssignerNeeds, 'requestModes'>

export interface Assignment {
  readonly requestModes: RequestModes
  readonly assigner: Assigner
}

/** Throws `CONFIG_FILE_BROKEN`. */
export async function openAssignment(needs: AssignmentNeeds, resources: Resources): Promise<Assignment> {
  const requestModes = resources.use(await RequestModes.open(needs))
  return { requestModes, assigner: new Assigner({ ...needs, requestModes }) }
}
