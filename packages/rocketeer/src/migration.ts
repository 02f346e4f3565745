export * from '@rocketeer/toolkit/migration'
