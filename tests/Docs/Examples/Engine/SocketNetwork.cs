using PollHttp.Core;

namespace PollHttp.Docs.Tests.Examples.Engine;

/// <summary>The network of the test, under the name of the real one.</summary>
public static class SocketNetwork
{
    public static INetwork Default { get; set; } = new Testing.SimulatedNetwork();
}
