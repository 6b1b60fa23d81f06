//! What a check found.

use super::compare::Difference;

/// All that a check found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Documents that were cleaned.
    pub documents: u64,
    /// Those of them of which something counts as a failure, each once.
    pub failed_documents: u64,
    /// Inputs and records that gave no document.
    pub bad: u64,
    /// Bytes before and after.
    pub bytes: (u64, u64),
    /// What is not as expected, sorted by id.
    pub findings: Vec<Finding>,
    /// The limits that were asked for.
    pub limits: Vec<Limit>,
    /// Documents that the baseline does not have.
    pub new_documents: u64,
    /// Documents of the baseline that were not given.
    pub gone_documents: u64,
    /// Were expectations written anew instead of judged?
    pub is_update: bool,
    /// Expectations that were created, rewritten or removed.
    pub updated: u64,
}

/// Something about one document that is not as expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The document.
    pub id: String,
    /// Its input as it was typed, if that is a relative path.
    pub path: Option<String>,
    /// Is it a record of that input? Then its lines are not those of the file.
    pub is_record: bool,
    /// Its expectation below the folder that was typed; empty where a baseline speaks.
    pub expectation: String,
    /// What it is.
    pub problem: Problem,
}

/// What is not as expected.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// Cleaned otherwise than its expectation says.
    Differs(Difference),
    /// Cleaned otherwise than the baseline says.
    Changed(Difference),
    /// It has no expectation.
    Missing,
    /// An expectation without its document.
    Stale,
    /// The expectation cannot be used: words that follow its name.
    Damaged(String),
    /// The input gave no document: words that follow its name.
    Bad(String),
}

impl Problem {
    /// Is it trouble that must be mended before anything can be compared?
    #[must_use]
    pub fn is_trouble(&self) -> bool {
        matches!(self, Self::Damaged(_) | Self::Bad(_))
    }

    /// Its stable name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Differs(_) => "differs",
            Self::Changed(_) => "changed",
            Self::Missing => "missing-expectation",
            Self::Stale => "stale-expectation",
            Self::Damaged(_) => "damaged-expectation",
            Self::Bad(_) => "bad-input",
        }
    }

    /// The difference, if it is one.
    #[must_use]
    pub fn difference(&self) -> Option<&Difference> {
        match self {
            Self::Differs(difference) | Self::Changed(difference) => Some(difference),
            _ => None,
        }
    }

    /// The problem in words that follow the document's name.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Differs(difference) => difference.counts.to_string(),
            Self::Changed(difference) => format!("{}, by the baseline", difference.counts),
            Self::Missing => "has no expectation yet".to_owned(),
            Self::Stale => "has an expectation, but is not there itself".to_owned(),
            Self::Damaged(message) => format!("its expectation {message}"),
            Self::Bad(message) => message.clone(),
        }
    }
}

/// A limit over all documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The option that asked for it, without its dashes.
    pub name: &'static str,
    /// Was it passed?
    pub passed: bool,
    /// What was measured and what is allowed.
    pub message: String,
    /// The documents that have most to do with it.
    pub named: Vec<String>,
}

impl Outcome {
    /// Adds a problem, if there is one, and says whether it counts as a failure.
    pub(super) fn add(
        &mut self,
        id: &str,
        (path, is_record): (Option<&str>, bool),
        expectation: String,
        problem: Option<Problem>,
    ) -> bool {
        let Some(problem) = problem else { return false };
        let counts = self.counts(&problem);
        let (id, path) = (id.to_owned(), path.map(str::to_owned));
        self.findings.push(Finding { id, path, is_record, expectation, problem });
        counts
    }

    /// Is the problem a failure? An update puts right what an expectation says, if it can be used.
    fn counts(&self, problem: &Problem) -> bool {
        !self.is_update || problem.is_trouble() || matches!(problem, Problem::Changed(_))
    }

    /// `3 documents as expected`.
    #[must_use]
    pub fn praise(&self) -> String {
        let documents = if self.documents == 1 { "document" } else { "documents" };
        format!("{} {documents} as expected", self.documents)
    }

    /// Could something not be compared at all?
    #[must_use]
    pub fn is_trouble(&self) -> bool {
        self.findings.iter().any(|finding| finding.problem.is_trouble())
    }

    /// Is something not as expected? What an update has put right is.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.failures().next().is_some() || self.limits.iter().any(|limit| limit.passed)
    }

    /// The findings that count as failures: all, or after an update those that it cannot put right.
    pub fn failures(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| self.counts(&finding.problem))
    }

    /// `2 inputs or records could not be cleaned`.
    pub(super) fn not_cleaned(&self) -> Option<String> {
        let what = if self.bad == 1 { "input or record" } else { "inputs or records" };
        (self.bad > 0).then(|| format!("{} {what} could not be cleaned", self.bad))
    }

    /// `1 of 3 documents is not as expected; 2 expectations are stale`; nothing where only limits were passed.
    #[must_use]
    pub fn blame(&self) -> String {
        let stale = self.failures().filter(|finding| finding.problem == Problem::Stale).count() as u64;
        let mut parts = Vec::new();
        if self.failed_documents > 0 {
            parts.push(format!(
                "{} of {} {} {} not as expected",
                self.failed_documents,
                self.documents,
                if self.documents == 1 { "document" } else { "documents" },
                if self.failed_documents == 1 { "is" } else { "are" }
            ));
        }
        parts.extend(self.not_cleaned());
        if stale > 0 {
            parts.push(format!(
                "{stale} {} stale",
                if stale == 1 { "expectation is" } else { "expectations are" }
            ));
        }
        parts.join("; ")
    }
}
