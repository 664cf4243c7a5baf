// SPDX-License-Identifier: GPL-3.0-or-later
//! The client: one Bodhi, read anonymously.

use super::facts::Records;
use super::settings::Settings;
use super::wire::{self, Page, Refusal};
use super::{Reader, Record};
use crate::rest::{Getter, Options, Wanted, host_of};
use crate::{Error, Result};
use std::collections::BTreeMap;
use url::Url;

/// Nobody has more releases than this many pages of them.
const MOST_PAGES: u64 = 10_000;

const RELEASES: Wanted = Wanted {
    what: "releases",
    who: "Bodhi",
    named: "with --bodhi URL or in bodhi.toml",
    says_json: true,
    refusal: |body| serde_json::from_slice::<Refusal>(body).ok().and_then(|refusal| refusal.words()),
};

/// One Bodhi. Nothing is sent, and no client is built, before the first question.
#[derive(Debug)]
pub struct Bodhi {
    settings: Settings,
    getter: Getter,
}

impl Bodhi {
    /// The Bodhi that `settings` say.
    pub fn new(settings: Settings, options: Options) -> Self {
        Self { getter: Getter::new(settings.timeout, options), settings }
    }

    /// Where it answers.
    pub fn url(&self) -> &Url {
        &self.settings.url
    }

    fn page(&self, number: u64) -> Result<Page> {
        let mut url = self.settings.url.clone();
        // Without the slash at the end Bodhi answers with a redirect.
        url.set_path(&format!("{}/releases/", self.settings.url.path().trim_end_matches('/')));
        url.query_pairs_mut()
            .append_pair("page", &number.to_string())
            .append_pair("rows_per_page", &self.settings.rows_per_page.to_string());
        let body = self.getter.get(&url, &RELEASES)?;
        serde_json::from_slice(&body)
            .map_err(|e| Error::failed(self.said(&format!("the answer is not what it should be: {e}"))))
    }

    fn said(&self, why: &str) -> String {
        format!("releases at {}: {why}", host_of(&self.settings.url))
    }

    /// Pages are no snapshot: a release made or renamed in between moves the others. `None`: they do not
    /// fit together.
    fn all_pages(&self) -> Result<Option<Records>> {
        let mut found: BTreeMap<String, Record> = BTreeMap::new();
        let mut records = Records::default();
        let mut total = None;
        let mut rows = 0;
        let mut number = 1;
        loop {
            let page = self.page(number)?;
            if *total.get_or_insert(page.total) != page.total {
                return Ok(None);
            }
            rows += page.releases.len() as u64;
            for value in page.releases {
                match wire::record(value) {
                    Ok(record) => {
                        found.insert(record.name.clone(), record);
                    }
                    Err(unreadable) => records.unreadable.push(unreadable),
                }
            }
            if number >= page.pages {
                break;
            }
            if number == MOST_PAGES {
                return Err(Error::failed(self.said(&format!("more than {MOST_PAGES} pages"))));
            }
            number += 1;
        }
        let distinct = found.len() + records.unreadable.len();
        if rows != total.unwrap_or(rows) || distinct as u64 != rows {
            return Ok(None);
        }
        records.releases = found.into_values().collect();
        records.unreadable.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Some(records))
    }
}

impl Reader for Bodhi {
    fn releases(&self) -> Result<Records> {
        for _ in 0..3 {
            if let Some(records) = self.all_pages()? {
                return Ok(records);
            }
        }
        Err(Error::not_now(self.said("the pages do not fit together, somebody is changing releases")))
    }
}
