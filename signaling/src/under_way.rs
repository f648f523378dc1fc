/// What has become of something that is under way; never, if nothing is.
pub(crate) async fn outcome<F: Future + Unpin>(under_way: &mut Option<F>) -> F::Output {
    match under_way {
        Some(under_way) => under_way.await,
        None => std::future::pending().await,
    }
}
