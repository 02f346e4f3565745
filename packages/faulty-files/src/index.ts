export { type Fault, FaultyFileSystem, type FaultyOperation } from './faulty-file-system.js'
