using System.Text;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

public class HalfCloseTests
{
    /// <summary>Some servers take the end of the client's side for its leaving, and drop the response.</summary>
    [Theory]
    [Trait("fault", "F-43")]
    [InlineData("http://a.test/", false)]
    [InlineData("http://a.test/", true)]
    [InlineData("https://a.test/", true)]
    public void Our_side_is_not_ended_before_the_response_is_there(string address, bool isLast)
    {
        using World world = new();
        Watching script = new();
        world.Network.Listen("a.test", address.StartsWith("https", StringComparison.Ordinal) ? 443 : 80, script);
        Request request = new("POST", address) { Content = RequestContent.FromString("content") };
        if (isLast)
        {
            request.Headers.Add("Connection", "close");
        }

        using Response response = world.Run(world.Client.SendAsync(request));
        Assert.Equal("hi", world.Run(response.ReadAsStringAsync()));
        Assert.False(script.EndedEarly);
    }

    private sealed class Watching : IServerScript
    {
        private bool _answered;

        public bool EndedEarly { get; private set; }

        public void OnConnected(ServerPeer peer)
        {
        }

        public void OnReceived(ServerPeer peer)
        {
            if (Encoding.Latin1.GetString(peer.Received).EndsWith("content", StringComparison.Ordinal))
            {
                peer.CallAfter(TimeSpan.FromSeconds(5), 0); // an end would have come by then
            }
        }

        public void OnTimer(ServerPeer peer, int token)
        {
            _answered = true;
            peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        }

        public void OnEnd(ServerPeer peer) => EndedEarly |= !_answered;
    }
}
