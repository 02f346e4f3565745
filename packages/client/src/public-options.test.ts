import type { z } from '@rocketeer/foundation'
import { expectTypeOf, it } from 'vitest'
import type { ClientOptions, clientOptionsSchema } from './client-options.js'
import type {
  ConsumerOptions,
  consumerOptionsSchema,
  SubscriptionOptions,
} from './consuming/consumer-options.js'
import type { PullConsumerOptions, pullConsumerOptionsSchema } from './consuming/pull-consumer-options.js'
import type { HandleBatches, HandlingLimits } from './handling/handling-options.js'
import type { JournalOptions, journalOptionsSchema } from './journal/journal-options.js'
import type { Journal } from './journaling/journal.js'
import type { MessageToSend } from './messages/outgoing.js'
import type { Producer } from './producing/producer.js'
import type {
  TransactionProducerOptions,
  transactionProducerOptionsSchema,
} from './producing/transaction-options.js'
import type {
  JournaledReceipt,
  JournalingProducerOptions,
  journalingProducerOptionsSchema,
  ProducerOptions,
  producerOptionsSchema,
  SendReceipt,
} from './sending/producer-options.js'
import type { TraceOptions, traceOptionsSchema } from './trace/trace-options.js'

/** The types are written by hand for their docs, which editors do not get out of schemas. The compiler compares them. */
it('public options are what their schemas take', () => {
  expectTypeOf<z.input<typeof clientOptionsSchema>>().toEqualTypeOf<ClientOptions>()
  expectTypeOf<z.input<typeof traceOptionsSchema>>().toEqualTypeOf<TraceOptions>()
  // The schema has both handlers optional, and refuses what the type does not allow.
  expectTypeOf<Omit<z.input<typeof consumerOptionsSchema>, keyof HandleBatches>>().toEqualTypeOf<
    Omit<SubscriptionOptions & HandlingLimits, never>
  >()
  expectTypeOf<ConsumerOptions>().toExtend<z.input<typeof consumerOptionsSchema>>()
  expectTypeOf<z.input<typeof pullConsumerOptionsSchema>>().toEqualTypeOf<PullConsumerOptions>()
  expectTypeOf<z.input<typeof producerOptionsSchema>>().toEqualTypeOf<ProducerOptions>()
  expectTypeOf<z.input<typeof journalingProducerOptionsSchema>>().toEqualTypeOf<JournalingProducerOptions>()
  expectTypeOf<z.input<typeof journalOptionsSchema>>().toEqualTypeOf<JournalOptions>()
  expectTypeOf<z.input<typeof transactionProducerOptionsSchema>>().toEqualTypeOf<TransactionProducerOptions>()
})

it('receipts say what may be in them', () => {
  expectTypeOf<Awaited<ReturnType<Producer['send']>>>().toEqualTypeOf<SendReceipt>()
  type Receipt = Awaited<ReturnType<Producer<Journal>['send']>>
  expectTypeOf<Receipt>().toEqualTypeOf<SendReceipt | JournaledReceipt>()
  expectTypeOf<Extract<Receipt, { status: 'JOURNALED' }>>().toEqualTypeOf<JournaledReceipt>()
})

it('a message to send has one time at most', () => {
  expectTypeOf<{ topic: string; body: string; delayLevel: number | undefined }>().toExtend<MessageToSend>()
  expectTypeOf<{ topic: string; body: string; deliverAt: Date }>().toExtend<MessageToSend>()
  type Both = { topic: string; body: string; delayLevel: number; deliverAt: Date }
  expectTypeOf<Both>().not.toExtend<MessageToSend>()
})
