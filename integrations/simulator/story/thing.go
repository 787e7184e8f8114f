package story

// Kind of a thing that an alert is about.
type Kind uint8

// Kinds.
const (
	KindAccount Kind = iota
	KindHost
	KindIP
	KindURL
	KindFile
	KindProcess
	KindMail
	KindMailbox
	KindInboxRule
	KindOAuthApp
	KindCloudApp
	KindRegistry
	KindAzure
	KindAWS
	KindGroup
	KindMalware
	KindDNS
	KindServicePrincipal
	KindPod
	KindBlob
	KindSession
	KindConnection
	KindCluster
)

// Thing is an entity; what A, B and C hold depends on its kind:
//
//	account      Name=UPN A=display name B=object id C=SID
//	host         Name=host name A=OS B=address C=device id
//	ip           Name=address A=country code B=country C=city
//	file         Name=file name A=directory B=SHA-256 C=SHA-1
//	process      Name=image A=command line B=host C=account; N=pid
//	mail         Name=subject A=sender B=recipient C=network message id
//	mailbox      Name=UPN A=display name
//	inbox rule   Name=rule A=mailbox
//	OAuth app    Name=app A=publisher B=app id C=object id
//	cloud app    Name=app; N=app id
//	registry     Name=key A=hive B=value name C=data
//	Azure        Name=resource A=resource id B=type
//	AWS          Name=resource A=ARN B=account C=type
//	group        Name=group A=distinguished name C=SID
//	malware      Name=family A=category
//	DNS          Name=domain A=address
//	principal    Name=name B=app id C=object id
//	pod          Name=pod A=namespace B=image
//	blob         Name=blob A=URL B=storage account id
//	session      Name=session id A=user agent B=account
//	connection   Name=source A=destination; N=port
//	cluster      Name=query A=mail count
type Thing struct {
	Kind       Kind
	Name       string
	A, B, C    string
	N          int
	Bad        bool // malicious rather than suspicious
	Victim     bool // attacked or compromised
	Remediated bool
}

// Key identifies the thing within the tenant.
func (t Thing) Key() string {
	id := t.Name
	switch t.Kind {
	case KindFile, KindOAuthApp, KindServicePrincipal:
		id += "/" + t.B
	case KindProcess:
		id += "/" + t.A + "/" + t.B
	case KindMail:
		id = t.C
	}
	return string(rune('a'+t.Kind)) + id
}
