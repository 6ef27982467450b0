using System.Net;
using System.Text;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>What a user of PollClient reads after each failure.</summary>
public class FaultTextTests
{
    private static readonly PollClientOptions s_options = new() { ConnectTimeout = TimeSpan.FromSeconds(5) };

    [Fact]
    public void An_unknown_name_is_named() => AssertFailure(
        _ => { }, PollStatus.CantResolve, "The name of example.org:80 could not be resolved");

    [Fact]
    public void A_lookup_without_end_names_host_and_limit() => AssertFailure(
        network => network.StallHost("example.org"), PollStatus.CantResolve, "The name of example.org:80 was not resolved within the ConnectTimeout of 5 s.");

    [Fact]
    public void A_refused_connection_names_the_addresses_that_were_tried() => AssertFailure(
        network => network.AddHost("example.org", IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.2")),
        PollStatus.CantConnect,
        "Could not connect to example.org:80 (10.0.0.1:80: connection refused; 10.0.0.2:80: connection refused).");

    [Fact]
    public void A_connect_without_end_names_the_address_it_waits_for() => AssertFailure(
        network =>
        {
            network.AddHost("example.org", IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.2"));
            network.BlackHole(new IPEndPoint(IPAddress.Parse("10.0.0.2"), 80));
        },
        PollStatus.CantConnect,
        "Could not connect to example.org:80 within the ConnectTimeout of 5 s (10.0.0.1:80: connection refused; 10.0.0.2:80: no answer).");

    [Theory]
    [InlineData("", "example.org:80: the peer closed the connection before sending a response.")]
    [InlineData("HTTP/1.1 200 OK\r\nSer", "example.org:80: the connection was closed inside the response head, after 20 bytes.")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nabc", "example.org:80: the connection was closed after 3 of 5,000 body bytes.")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", "example.org:80: the connection was closed inside the response body, after 3 bytes.")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n\r\n", "example.org:80: the peer sent no HTTP/1 status line")]
    public void A_broken_response_names_host_phase_and_bytes(string response, string message) => AssertFailure(
        network => network.Listen("example.org", 80, peer =>
        {
            peer.Send(Encoding.Latin1.GetBytes(response));
            peer.End();
        }),
        PollStatus.ConnectionError,
        message);

    private static void AssertFailure(Action<SimulatedNetwork> arrange, PollStatus expected, string message)
    {
        SimulatedNetwork network = new();
        arrange(network);
        using PollClient client = new(network, s_options);
        client.ConnectToHost("example.org");
        for (int i = 0; i < 100 && !PollStatusTable.IsFailure(client.Status); i++)
        {
            client.Poll();
            if (client.Status == PollStatus.Connected)
            {
                client.Request("GET", "/");
            }

            _ = client.ReadResponseBodyChunk();
            network.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(expected, client.Status);
        Assert.StartsWith(message, client.Fault.Describe(), StringComparison.Ordinal);
        Assert.Equal("example.org:80", client.Fault.Target);
        Assert.Equal(0, network.OpenTransports);

        network.Listen("good.example", 80, _ => { });
        client.ConnectToHost("good.example");
        for (int i = 0; i < 5; i++)
        {
            client.Poll();
        }

        Assert.Equal(PollStatus.Connected, client.Status);
    }
}
