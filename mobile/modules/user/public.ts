export type {
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
export { createUserService, type Identity, type PersonalThings, type UserServiceDeps } from './service.ts';
