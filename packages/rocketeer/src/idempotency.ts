export * from '@rocketeer/toolkit/idempotency'
