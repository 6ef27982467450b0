using System.Net.Sockets;
using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

public sealed class ExhaustionTests
{
    [Theory]
    [Trait("fault", "F-49")]
    [InlineData(12, SocketError.NoBufferSpaceAvailable)]
    [InlineData(105, SocketError.NoBufferSpaceAvailable)]
    [InlineData(23, SocketError.TooManyOpenSockets)]
    [InlineData(24, SocketError.TooManyOpenSockets)]
    public void What_the_system_has_no_more_of_is_a_failure_of_its_own_kind(int errno, SocketError code)
    {
        TransportFailure failure = Errno.ToFailure(errno);
        Assert.Equal(TransportError.ResourceExhausted, failure.Error);
        Assert.Equal(code, Assert.IsType<SocketException>(failure.Cause).SocketErrorCode);
    }
}
