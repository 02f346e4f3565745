export { type Fault, FaultyFileSystem, type FaultyOperation } from './faulty-file-system.js'
export { atEveryPowerCut, type PowerCutCase } from './power-cuts.js'
export { SimulatedDisk } from './simulated-disk.js'
