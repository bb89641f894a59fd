//! Documents as they are read: what kind of text stands where.

use serde::{Deserialize, Serialize};

/// A document's text in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What it calls itself, if it does.
    pub title: Option<String>,
    /// How many pages it has, where it has pages.
    pub pages: Option<u32>,
    pub blocks: Vec<Block>,
}

/// A piece of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    pub kind: BlockKind,
    /// Plain text without line breaks, except in code and tables.
    pub text: String,
    /// The page on which it begins, from 1.
    pub page: Option<u32>,
}

/// What a piece of a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// Its level, from 1.
    Heading(u8),
    Paragraph,
    ListItem,
    Quote,
    Code,
    /// Cells parted by tabs, rows by line breaks.
    Table,
}
