package process

import (
	"errors"
	"fmt"

	"golang.org/x/sys/windows"
)

const (
	noHeap = 0x1 // WER_FAULT_REPORTING_FLAG_NOHEAP, werapi.h
	ask    = windows.PROCESS_QUERY_LIMITED_INFORMATION | windows.PROCESS_TERMINATE | windows.SYNCHRONIZE
)

// harden keeps the heap out of crash reports and takes from other processes of the same
// user the right to read this one's memory: its access list names that user with the
// rights to ask for its name and to end it, and nobody else. Files inherit the access list
// of the user's own folders, and are not touched here.
func harden() error {
	windows.SetErrorMode(windows.SEM_FAILCRITICALERRORS | windows.SEM_NOGPFAULTERRORBOX | windows.SEM_NOOPENFILEERRORBOX)
	return errors.Join(noHeapInReports(), closeMemory())
}

func noHeapInReports() error {
	kernel := windows.NewLazySystemDLL("kernel32.dll")
	set := kernel.NewProc("WerSetFlags")
	if err := set.Find(); err != nil {
		return fmt.Errorf("WerSetFlags: %w", err)
	}
	if result, _, _ := set.Call(noHeap); result != 0 {
		return fmt.Errorf("WerSetFlags: %#x", result)
	}
	return nil
}

func closeMemory() error {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return fmt.Errorf("GetTokenUser: %w", err)
	}
	acl, err := windows.ACLFromEntries([]windows.EXPLICIT_ACCESS{{
		AccessPermissions: ask,
		AccessMode:        windows.SET_ACCESS,
		Inheritance:       windows.NO_INHERITANCE,
		Trustee: windows.TRUSTEE{
			TrusteeForm: windows.TRUSTEE_IS_SID, TrusteeType: windows.TRUSTEE_IS_USER,
			TrusteeValue: windows.TrusteeValueFromSID(user.User.Sid),
		},
	}}, nil)
	if err != nil {
		return fmt.Errorf("ACLFromEntries: %w", err)
	}
	if err := windows.SetSecurityInfo(windows.CurrentProcess(), windows.SE_KERNEL_OBJECT, windows.DACL_SECURITY_INFORMATION, nil, nil, acl, nil); err != nil {
		return fmt.Errorf("SetSecurityInfo: %w", err)
	}
	return nil
}

// state reads the access list back: one entry, which does not allow reading.
func state() (holds, missing []string) {
	sd, err := windows.GetSecurityInfo(windows.CurrentProcess(), windows.SE_KERNEL_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err == nil {
		var acl *windows.ACL
		acl, _, err = sd.DACL()
		if err == nil && acl != nil && acl.AceCount == 1 {
			var ace *windows.ACCESS_ALLOWED_ACE
			if err = windows.GetAce(acl, 0, &ace); err == nil && ace.Mask&windows.PROCESS_VM_READ == 0 {
				return []string{"no heap in crash reports", "memory closed to other programs of yours"}, nil
			}
		}
	}
	return nil, []string{"other programs of yours can read it"}
}
