package azure

// entraWays are the refusals of Entra that somebody can do something about. Numbers from
// learn.microsoft.com/entra/identity-platform/reference-error-codes.
var entraWays = []struct{ numbers, say string }{
	// What was typed when the tenant was connected.
	{"90002 900023 90013 90019 50059", "Entra does not know this tenant; check its id."},
	{"700016", "Entra does not know this client id in the tenant; check both."},
	{"7000215", "The client secret is wrong; enter the secret's value, not its id."},
	{"7000222", "The client secret has expired; create a new one in Entra."},
	{"50011 500113", "The app registration lacks the redirect address http://localhost; add it under Mobile and desktop applications."},
	{"7000218", "The app registration does not allow sign-in by a person; turn on Allow public client flows."},
	{"500011 650057", "The tenant does not offer this service to the application; check the cloud, and the API permissions of the app registration."},

	// Certificates and the clock.
	{"700024", "Entra finds the time of this sign-in wrong; check this computer's clock, its date and its time zone."},
	{"700027 700030 5000611", "Entra does not accept the certificate; upload its public part to the app registration, and check this computer's clock."},

	// The person's account.
	{"50034", "Entra does not know this user."},
	{"50020 90072 51004 16003", "This account does not belong to the tenant; sign in with one that does."},
	{"50126", "The user name or password is wrong."},
	{"50053", "The account is locked after too many attempts; wait a while, then sign in again."},
	{"50055", "The password has expired; change it, then sign in again."},
	{"50057", "The account is disabled; an administrator has to enable it."},
	{"50105", "The account is not assigned to the application; an administrator has to assign it under Enterprise applications."},
	{"7000112", "The application is disabled in the tenant; an administrator has to enable it."},
	{"7000229", "The application has no enterprise application in the tenant; an administrator has to add it."},

	// Policies.
	{"50076 50074 50158 50079 50072 50078", "Entra asks for a second factor; sign in again."},
	{"53003 530003 53004", "A Conditional Access policy blocks this sign-in; ask an administrator, or sign in from a place and device that it allows."},
	{"53000 53001 53002 530002", "A Conditional Access policy asks for a managed device; sign in from one, or ask an administrator."},

	// Consent.
	{"65001 90094 650052 650056 90093 900941", "The application lacks consent; an administrator has to grant it."},
	{"65004", "Consent was declined; sign in again and accept, or ask an administrator to grant it."},

	// The kept sign-in.
	{"50173", "The password was changed or the sign-in was revoked; sign in again."},
	{"50132 50133 50089 700084", "The sign-in was ended by the tenant; sign in again."},
	{"70043 700082 70008 50058 700003", "The sign-in has expired; sign in again."},
	{"70020 70019 70018", "The code was not entered in time; sign in again."},
	{"70016 70021", "The sign-in was declined."},
}

// entraBusy are troubles of Entra itself that pass.
const entraBusy = "90006 90024 90033 50196"
