using PollHttp.Exchanges;

namespace PollHttp.Connections;

/// <summary>Represents a call whose connection left HTTP, with the head that said so (a 101, or a 2xx to CONNECT).</summary>
internal sealed record TunnelHandover(Exchange Exchange, ResponseHead Head);
