export * from '@rocketeer/toolkit/outbox'
