//! Quick replies, in the same store as the directory.

use directory::{QuickReply, QuickReplyId, Replier, ReplyEdit, ReplyOwner, ReplyWords};
use signaling::rest::Denied;

use super::keeper::{Keeper, failed};
use super::now;

impl Keeper {
    pub(super) async fn list_quick_replies(
        &self,
        owners: Vec<ReplyOwner>,
        limit: u32,
        after: Option<QuickReplyId>,
    ) -> Result<Vec<QuickReply>, Denied> {
        self.journal.quick_replies(&owners, limit, after).await.map_err(failed)
    }

    pub(super) async fn add_quick_reply(
        &self,
        by: Replier,
        owner: ReplyOwner,
        words: ReplyWords,
    ) -> Result<QuickReply, Denied> {
        let created = self.journal.create_quick_reply(&by, owner, words, now()).await;
        Ok(created.map_err(failed)??)
    }

    pub(super) async fn edit_quick_reply(
        &self,
        by: Replier,
        quick_reply: QuickReplyId,
        edit: ReplyEdit,
    ) -> Result<QuickReply, Denied> {
        let changed = self.journal.change_quick_reply(&by, quick_reply, edit, now()).await;
        Ok(changed.map_err(failed)??)
    }

    pub(super) async fn drop_quick_reply(
        &self,
        by: Replier,
        quick_reply: QuickReplyId,
        version: Option<u64>,
    ) -> Result<(), Denied> {
        let removed = self.journal.remove_quick_reply(&by, quick_reply, version, now()).await;
        Ok(removed.map_err(failed)??)
    }
}
