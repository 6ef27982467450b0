using System.Net;

namespace PollHttp.Core;

/// <summary>The addresses of a name in the order to try them, and what became of those tried.</summary>
internal sealed class AddressCandidates
{
    private readonly List<EndPoint> _endPoints = [];
    private int _next;

    public int Tried => _next;

    public EndPoint? Current => _next == 0 ? null : _endPoints[_next - 1];

    public TransportFailure LastFailure { get; private set; }

    public void Add(EndPoint endPoint) => _endPoints.Add(endPoint);

    public bool TryTakeNext(out EndPoint endPoint)
    {
        if (_next == _endPoints.Count)
        {
            endPoint = null!;
            return false;
        }

        endPoint = _endPoints[_next++];
        return true;
    }

    public void Failed(TransportFailure failure) => LastFailure = failure;
}
