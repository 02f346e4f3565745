export * from '@rocketeer/toolkit'
