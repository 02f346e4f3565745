import { messageOf } from '@rocketeer/foundation'
import { type DoubleReader, type DoubleReadOptions, doubleRead } from '@rocketeer/toolkit/migration'
import type { ServiceNeeds } from './service.js'

/** Consumes from both clusters. */
export async function readBoth(
  { config, client, newClient, tell }: ServiceNeeds,
  given: Pick<DoubleReadOptions, 'consumer' | 'shadow' | 'makeConsumer'>,
): Promise<DoubleReader> {
  const inCharge = config.move!.reads
  const reader = await doubleRead({ ...given, from: client, to: newClient!, inCharge })
  reader.on('problem', (error) => tell({ kind: 'problem', text: messageOf(error) }))
  return reader
}
