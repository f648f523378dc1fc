use tracing_subscriber::EnvFilter;

/// What is logged when nobody says otherwise. The WebRTC stack warns of datagrams that strangers
/// send, as often as they like.
const DEFAULT_FILTER: &str = "info,str0m=error,is=error";

/// Starts logging to standard error: `TREFOIL_LOG` chooses what (`info` by default, as in
/// `TREFOIL_LOG=trefoil=debug,media=debug`); lines for people at a terminal, JSON elsewhere.
pub fn init_logs(terminal: bool) {
    let filter = EnvFilter::try_from_env("TREFOIL_LOG");
    let filter = filter.unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if terminal {
        logs.init();
    } else {
        logs.json().init();
    }
}
