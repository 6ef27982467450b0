using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

public class ExpectationTests
{
    [Theory]
    [Trait("fault", "F-21")]
    [Trait("past", "C-39")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_refused_expectation_is_dropped_once(bool staysRefused)
    {
        using World world = new();
        List<string> heads = [];
        world.Network.Listen("a.test", 80, peer =>
        {
            string received = System.Text.Encoding.Latin1.GetString(peer.Received);
            int end = received.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0 || (!received.Contains("Expect", StringComparison.Ordinal) && !received.EndsWith("content", StringComparison.Ordinal)))
            {
                return;
            }

            heads.Add(received);
            bool refuses = staysRefused || received.Contains("Expect", StringComparison.Ordinal);
            peer.Consume(received.Length);
            peer.Send(System.Text.Encoding.Latin1.GetBytes($"HTTP/1.1 {(refuses ? 417 : 200)} x\r\nContent-Length: 0\r\n\r\n"));
        });
        Request request = new("POST", "http://a.test/") { Headers = { { "Expect", "100-continue" } }, Content = RequestContent.FromString("content") };
        using Response response = world.Run(world.Client.SendAsync(request));
        Assert.Equal(staysRefused ? 417 : 200, (int)response.StatusCode);
        Assert.Equal(2, heads.Count);
        Assert.Contains("Expect: 100-continue", heads[0], StringComparison.Ordinal);
        Assert.DoesNotContain("Expect", heads[1], StringComparison.Ordinal);
    }
}
