using PollHttp.Exchanges;

namespace PollHttp.Connections;

/// <summary>A call whose connection left HTTP (a 101, or a 2xx to CONNECT), and the head that said so.</summary>
internal sealed record TunnelHandover(Exchange Exchange, ResponseHead Head);
