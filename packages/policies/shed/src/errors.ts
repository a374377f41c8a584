export { OverloadError } from '@holdfast/admission'
