export * from '@rocketeer/toolkit/health'
