export * from '@rocketeer/toolkit/transactions'
