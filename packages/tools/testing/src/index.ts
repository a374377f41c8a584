export { type ChannelRecorder, type EventRecorder, recordChannel, recordEvents } from './event-recorder.ts'
export { type ManualClock, type ManualClockOptions, manualClock, type RunAllOptions } from './manual-clock.ts'
export type { Brownout, Failing, Fault, Hang } from './network/fault.ts'
export type { Figures, LoadFigures, ServerFigures, Stretch } from './network/figures.ts'
export type { LatencyFigures } from './network/latencies.ts'
export type { SimulatedLoadOptions } from './network/load-options.ts'
export type { SimulatedServerOptions } from './network/server-options.ts'
export { SimulatedError } from './network/simulated-error.ts'
export type { SimulatedLoad } from './network/simulated-load.ts'
export {
  type NetworkFigures,
  type SimulatedNetwork,
  type SimulatedNetworkOptions,
  simulatedNetwork,
} from './network/simulated-network.ts'
export type { SimulatedResponse } from './network/simulated-request.ts'
export type { SimulatedServer } from './network/simulated-server.ts'
export { between, exponentially, mixture, type Span } from './network/span.ts'
export { type SeededRandom, seededRandom } from './seeded-random.ts'
