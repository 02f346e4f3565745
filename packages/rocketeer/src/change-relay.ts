export * from '@rocketeer/toolkit/change-relay'
