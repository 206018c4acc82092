export type { Identity, PersonalThings } from './deps.ts';
export type {
  AccountResult,
  CredentialFault,
  SealedWork,
  SignInResult,
  SignInState,
  SignOutChoice,
  SignOutResult,
  UserService,
} from './models.ts';
export type { SealKey } from './sealed-box.ts';
export { createSealedParcels } from './sealed-parcels.ts';
export { createUserService } from './service.ts';
