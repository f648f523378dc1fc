//! Data channels: what pages write, and what they are written.

use crate::plane::{ALICE, BOB, Plane};
use loadtest::peer::Message;
use media::{Frame, Limits};

fn text(text: impl Into<String>) -> Frame {
    Frame::Text(text.into())
}

#[tokio::test]
async fn two_pages_on_two_workers_are_written_to_and_answer() {
    let mut plane = Plane::with(2, Limits::default());
    for id in [ALICE, BOB] {
        let leg = plane.joins(id).await;
        let mut page = leg.open_channel("chat").await.unwrap();
        let mut opened = plane.channel().await;
        assert_eq!((opened.leg, opened.label.as_str()), (id, "chat"));

        page.send("Grüße").unwrap();
        page.send_binary(&[0, 255]).unwrap();
        assert_eq!(opened.pipe.recv().await, Some(text("Grüße")));
        assert_eq!(opened.pipe.recv().await, Some(Frame::Binary(vec![0, 255])));

        opened.pipe.send(text("hello")).await.unwrap();
        opened.pipe.send(Frame::Binary(vec![7])).await.unwrap();
        assert_eq!(page.recv().await, Some(Message::Text("hello".to_owned())));
        assert_eq!(page.recv().await, Some(Message::Binary(vec![7].into())));
    }
}
