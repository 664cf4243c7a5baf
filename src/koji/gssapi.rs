// SPDX-License-Identifier: GPL-3.0-or-later
//! The system's GSSAPI library, opened at run time: a safe face for the few calls a login makes.
//!
//! MIT's `libgssapi_krb5.so.2` is what koji's users have. Opened at run time it needs no headers to
//! build flr and no Kerberos on machines that log in another way. What the library gives out is freed
//! by `Drop`. [`Negotiation`] is what the rest of flr uses.
//!
//! This is the only file that opens the library, and so the only one with `unsafe`. The
//! declarations below are those of RFC 2744, RFC 5588 and MIT's `gssapi_ext.h`.
#![allow(unsafe_code)]

pub use super::negotiation::Negotiation;

use super::kerberos::Status;
use crate::{Error, Result};
use std::ffi::{CString, c_char, c_void};
use std::ptr::{null, null_mut};
use std::sync::OnceLock;

/// What distributions call the library.
const LIBRARY: &str = "libgssapi_krb5.so.2";

/// `OM_uint32`.
pub(super) type Code = u32;
/// `gss_name_t`, `gss_cred_id_t`, `gss_ctx_id_t`: pointers to what only the library knows.
type Handle = *mut c_void;

/// `gss_buffer_desc`.
#[repr(C)]
struct Buffer {
    length: usize,
    value: *mut c_void,
}

/// `gss_OID_desc`.
#[repr(C)]
pub(super) struct Oid {
    length: u32,
    elements: *const c_void,
}

/// `gss_OID_set_desc`.
#[repr(C)]
pub(super) struct OidSet {
    count: usize,
    elements: *const Oid,
}

/// `gss_key_value_element_desc`.
#[repr(C)]
struct StoreElement {
    key: *const c_char,
    value: *const c_char,
}

/// `gss_key_value_set_desc`.
#[repr(C)]
struct Store {
    count: u32,
    elements: *const StoreElement,
}

/// The mechanism that does the work.
pub(super) const KRB5: Oid = oid(b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02");
/// The mechanism that a web server speaks, around the other.
pub(super) const SPNEGO: Oid = oid(b"\x2b\x06\x01\x05\x05\x02");
/// The kind of name that `HTTP@host` is.
pub(super) const NT_HOSTBASED_SERVICE: Oid = oid(b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04");
/// The kind of name that `robot/releng@EXAMPLE.TEST` is.
pub(super) const NT_KRB5_PRINCIPAL: Oid = oid(b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01");

const CREDENTIALS_INITIATE: i32 = 1;
/// Both sides have proved who they are.
pub(super) const MUTUAL_FLAG: Code = 2;
const INDEFINITE: Code = u32::MAX;
const CONTINUE_NEEDED: Code = 1;
/// Calling and routine errors are in the upper half.
const ERROR_BITS: Code = 0xffff_0000;
const STATUS_MAJOR: i32 = 1;
const STATUS_MINOR: i32 = 2;

/// The functions of the library, found once. The library stays open until the process ends:
/// closing one that keeps state for each thread is asking for trouble.
#[derive(Debug)]
pub(super) struct Library {
    import_name: unsafe extern "C" fn(*mut Code, *const Buffer, *const Oid, *mut Handle) -> Code,
    release_name: unsafe extern "C" fn(*mut Code, *mut Handle) -> Code,
    display_name: unsafe extern "C" fn(*mut Code, Handle, *mut Buffer, *mut *const Oid) -> Code,
    acquire_cred_from: unsafe extern "C" fn(
        *mut Code,
        Handle,
        Code,
        *const OidSet,
        i32,
        *const Store,
        *mut Handle,
        *mut *mut OidSet,
        *mut Code,
    ) -> Code,
    inquire_cred: unsafe extern "C" fn(*mut Code, Handle, *mut Handle, *mut Code, *mut i32, *mut *mut OidSet) -> Code,
    release_cred: unsafe extern "C" fn(*mut Code, *mut Handle) -> Code,
    set_neg_mechs: unsafe extern "C" fn(*mut Code, Handle, *const OidSet) -> Code,
    init_sec_context: unsafe extern "C" fn(
        *mut Code,
        Handle,
        *mut Handle,
        Handle,
        *const Oid,
        Code,
        Code,
        *const c_void,
        *const Buffer,
        *mut *const Oid,
        *mut Buffer,
        *mut Code,
        *mut Code,
    ) -> Code,
    delete_sec_context: unsafe extern "C" fn(*mut Code, *mut Handle, *mut Buffer) -> Code,
    release_buffer: unsafe extern "C" fn(*mut Code, *mut Buffer) -> Code,
    display_status: unsafe extern "C" fn(*mut Code, Code, i32, *const Oid, *mut Code, *mut Buffer) -> Code,
    _open: libloading::Library,
}

impl Library {
    pub(super) fn get() -> Result<&'static Self> {
        static LIBRARY_ONCE: OnceLock<Result<Library, String>> = OnceLock::new();
        let opened = LIBRARY_ONCE.get_or_init(|| Self::open().map_err(|why| root(&why)));
        opened.as_ref().map_err(|why| {
            Error::failed(format!("cannot log in by Kerberos: {LIBRARY} cannot be opened: {why}"))
                .hint("install the package krb5-libs (Fedora, RHEL) or libgssapi-krb5-2 (Debian)")
        })
    }

    fn open() -> Result<Self, libloading::Error> {
        // SAFETY: the library is the system's Kerberos, found by the linker's own rules; what it runs
        // when it is loaded is what every program linked against it runs.
        let open = unsafe { libloading::Library::new(LIBRARY)? };
        // SAFETY: the types of the fields are the declarations of RFC 2744, RFC 5588 and
        // gssapi_ext.h, with `const` where the library only reads. The pointers are used while
        // `_open`, in the same struct, keeps the library loaded.
        unsafe {
            Ok(Self {
                import_name: *open.get(b"gss_import_name\0")?,
                release_name: *open.get(b"gss_release_name\0")?,
                display_name: *open.get(b"gss_display_name\0")?,
                acquire_cred_from: *open.get(b"gss_acquire_cred_from\0")?,
                inquire_cred: *open.get(b"gss_inquire_cred\0")?,
                release_cred: *open.get(b"gss_release_cred\0")?,
                set_neg_mechs: *open.get(b"gss_set_neg_mechs\0")?,
                init_sec_context: *open.get(b"gss_init_sec_context\0")?,
                delete_sec_context: *open.get(b"gss_delete_sec_context\0")?,
                release_buffer: *open.get(b"gss_release_buffer\0")?,
                display_status: *open.get(b"gss_display_status\0")?,
                _open: open,
            })
        }
    }

    /// What the library says about a status: the mechanism's own words if it has any, else GSSAPI's.
    pub(super) fn words(&self, status: Status, mechanism: &Oid) -> String {
        let minor = self.display(status.minor, STATUS_MINOR, mechanism);
        // A minor status of nothing has a text as well, "Unknown error" or "Success".
        if status.minor != 0 && !minor.is_empty() {
            return minor;
        }
        self.display(status.major, STATUS_MAJOR, mechanism)
    }

    fn display(&self, code: Code, kind: i32, mechanism: &Oid) -> String {
        let mut all = Vec::new();
        let mut more = 0;
        loop {
            let mut ignored = 0;
            let mut text = OwnedBuffer::new(self);
            // SAFETY: all pointers are to live values of the declared types; the library fills
            // `text`, which frees it.
            let major =
                unsafe { (self.display_status)(&mut ignored, code, kind, mechanism, &mut more, &mut text.buffer) };
            if major & ERROR_BITS != 0 {
                break;
            }
            // MIT's SPNEGO counts the NUL at the end of its texts.
            let text = String::from_utf8_lossy(text.bytes());
            all.push(text.trim_end_matches('\0').to_owned());
            // A dozen texts for one code would be a library gone wrong.
            if more == 0 || all.len() > 12 {
                break;
            }
        }
        all.join("; ")
    }
}

/// The system's own words, below libloading's "dlopen failed".
fn root(error: &libloading::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => source.to_string(),
        None => error.to_string(),
    }
}

/// A mechanism or a kind of name.
const fn oid(bytes: &'static [u8]) -> Oid {
    Oid { length: bytes.len() as u32, elements: bytes.as_ptr().cast() }
}

fn check(major: Code, minor: Code) -> Result<Code, Status> {
    if major & ERROR_BITS == 0 { Ok(major) } else { Err(Status { major, minor }) }
}

/// Memory that the library gave out.
struct OwnedBuffer<'a> {
    library: &'a Library,
    buffer: Buffer,
}

impl<'a> OwnedBuffer<'a> {
    fn new(library: &'a Library) -> Self {
        Self { library, buffer: Buffer { length: 0, value: null_mut() } }
    }

    fn bytes(&self) -> &[u8] {
        if self.buffer.value.is_null() || self.buffer.length == 0 {
            return &[];
        }
        // SAFETY: not null, and the library says that it is `length` bytes long; it stays until drop.
        unsafe { std::slice::from_raw_parts(self.buffer.value.cast(), self.buffer.length) }
    }
}

impl Drop for OwnedBuffer<'_> {
    fn drop(&mut self) {
        let mut ignored = 0;
        // SAFETY: the buffer is empty or the library's; releasing it empties it.
        unsafe { (self.library.release_buffer)(&mut ignored, &mut self.buffer) };
    }
}

/// A name that the library holds.
#[derive(Debug)]
pub(super) struct Name {
    library: &'static Library,
    handle: Handle,
}

impl Name {
    pub(super) fn import(library: &'static Library, text: &str, kind: &Oid) -> Result<Self, Status> {
        let text = Buffer { length: text.len(), value: text.as_ptr().cast_mut().cast() };
        let (mut minor, mut handle) = (0, null_mut());
        // SAFETY: the library copies `text` and only reads it; it makes `handle`.
        let major = unsafe { (library.import_name)(&mut minor, &text, kind, &mut handle) };
        check(major, minor)?;
        Ok(Self { library, handle })
    }

    pub(super) fn text(&self) -> String {
        let mut minor = 0;
        let mut text = OwnedBuffer::new(self.library);
        // SAFETY: `handle` is a live name; the library fills `text`, which frees it.
        unsafe { (self.library.display_name)(&mut minor, self.handle, &mut text.buffer, null_mut()) };
        String::from_utf8_lossy(text.bytes()).into_owned()
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        let mut ignored = 0;
        // SAFETY: `handle` came from the library and is released once.
        unsafe { (self.library.release_name)(&mut ignored, &mut self.handle) };
    }
}

/// A credential that the library holds.
#[derive(Debug)]
pub(super) struct Credential {
    library: &'static Library,
    handle: Handle,
}

impl Credential {
    /// The credential for `mechanism` in `store` (the library's default if empty), of `name` or of
    /// whoever the cache belongs to.
    pub(super) fn acquire(
        library: &'static Library,
        mechanism: &Oid,
        name: Option<&Name>,
        store: &[(CString, CString)],
    ) -> Result<Self, Status> {
        let elements: Vec<_> =
            store.iter().map(|(key, value)| StoreElement { key: key.as_ptr(), value: value.as_ptr() }).collect();
        let count = u32::try_from(elements.len()).unwrap_or_default();
        let keys = Store { count, elements: elements.as_ptr() };
        let keys = if store.is_empty() { null() } else { &raw const keys };
        let mechanisms = OidSet { count: 1, elements: mechanism };
        let name = name.map_or(null_mut(), |name| name.handle);
        let (mut minor, mut handle) = (0, null_mut());
        // SAFETY: `name` is null or live; the set and the store point to values that outlive the call
        // and are only read; nulls are allowed for the two results nobody asks for.
        let major = unsafe {
            (library.acquire_cred_from)(
                &mut minor,
                name,
                INDEFINITE,
                &mechanisms,
                CREDENTIALS_INITIATE,
                keys,
                &mut handle,
                null_mut(),
                null_mut(),
            )
        };
        check(major, minor)?;
        Ok(Self { library, handle })
    }

    /// Whose it is. Makes the library look into the cache, or fetch a ticket by keytab, now.
    pub(super) fn owner(&self) -> (Result<Code, Status>, Option<Name>) {
        let (mut minor, mut name) = (0, null_mut());
        // SAFETY: `handle` is live; the library makes `name`; nulls are allowed for the rest.
        let major = unsafe {
            (self.library.inquire_cred)(&mut minor, self.handle, &mut name, null_mut(), null_mut(), null_mut())
        };
        let name = (!name.is_null()).then_some(Name { library: self.library, handle: name });
        (check(major, minor), name)
    }

    /// Has SPNEGO offer `mechanism` and nothing else the machine may have (NTLM).
    pub(super) fn offer_only(&self, mechanism: &Oid) -> Result<(), Status> {
        let mechanisms = OidSet { count: 1, elements: mechanism };
        let mut minor = 0;
        // SAFETY: `handle` is live; the library copies the set.
        let major = unsafe { (self.library.set_neg_mechs)(&mut minor, self.handle, &mechanisms) };
        check(major, minor).map(drop)
    }
}

impl Drop for Credential {
    fn drop(&mut self) {
        let mut ignored = 0;
        // SAFETY: `handle` came from the library and is released once.
        unsafe { (self.library.release_cred)(&mut ignored, &mut self.handle) };
    }
}

/// A security context that the library holds.
#[derive(Debug)]
pub(super) struct Context {
    library: &'static Library,
    handle: Handle,
}

impl Context {
    /// One that has not begun.
    pub(super) fn new(library: &'static Library) -> Self {
        Self { library, handle: null_mut() }
    }

    /// One step; the token for the other side, and whether this side is done, with the flags.
    pub(super) fn step(
        &mut self,
        credential: &Credential,
        target: &Name,
        mechanism: &Oid,
        answer: Option<&[u8]>,
    ) -> Result<(Vec<u8>, Option<Code>), Status> {
        let input = answer.map(|token| Buffer { length: token.len(), value: token.as_ptr().cast_mut().cast() });
        let input = input.as_ref().map_or(null(), |input| &raw const *input);
        let mut output = OwnedBuffer::new(self.library);
        let (mut minor, mut flags) = (0, 0);
        // SAFETY: credential and target are live; `handle` is null the first time and the library's
        // own afterwards; `input` is null or points to a buffer that outlives the call and is only
        // read; the library fills `output`, which frees it; nulls are allowed for channel bindings
        // and the two results nobody asks for.
        let major = unsafe {
            (self.library.init_sec_context)(
                &mut minor,
                credential.handle,
                &mut self.handle,
                target.handle,
                mechanism,
                MUTUAL_FLAG,
                0,
                null(),
                input,
                null_mut(),
                &mut output.buffer,
                &mut flags,
                null_mut(),
            )
        };
        let major = check(major, minor)?;
        let done = (major & CONTINUE_NEEDED == 0).then_some(flags);
        Ok((output.bytes().to_vec(), done))
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        let mut ignored = 0;
        // SAFETY: `handle` is null or the library's and is released once; null: no last token wanted.
        unsafe { (self.library.delete_sec_context)(&mut ignored, &mut self.handle, null_mut()) };
    }
}
