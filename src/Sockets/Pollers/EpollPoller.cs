using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>Implements a poller with Linux's epoll, level-triggered, and an eventfd for wake-ups.</summary>
/// <remarks>
/// Each registered transport has a slot. The kernel keeps the slot's index and generation, so that an event of a removed registration can't
/// be taken for one of its successor in the same slot. The kernel's own table may be changed while a thread waits in it; a lock guards
/// ours.
/// </remarks>
internal sealed unsafe class EpollPoller : IPoller
{
    private const int Batch = 128;
    private const ulong WakeTag = ulong.MaxValue;

    /// <summary>The offset of the data; struct epoll_event is packed on x86-64 only.</summary>
    private static readonly int s_dataOffset =
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;

    private readonly object _lock = new();
    private readonly Dictionary<ITransport, int> _slotOf = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<int> _free = new();
    private readonly SafeFileHandle _epoll;
    private readonly SafeFileHandle _wakeHandle;
    private readonly byte[] _events = new byte[Batch * 16];
    private Slot[] _slots = new Slot[16];
    private int _slotCount;
    private int _woken;

    internal EpollPoller()
    {
        _epoll = Own(Libc.EpollCreate(Libc.EpollCloseOnExec));
        _wakeHandle = Own(Libc.EventFd(0, Libc.EventNonBlockCloseOnExec));
        Control(Libc.EpollAdd, _wakeHandle, Libc.EpollIn, WakeTag);
    }

    /// <summary>Gets the number of changes that were sent to the kernel; for tests.</summary>
    internal int ControlCalls { get; private set; }

    public void Set(ITransport transport, TransportInterest interest)
    {
        ArgumentNullException.ThrowIfNull(transport);
        uint events = ((interest & TransportInterest.Read) != 0 ? Libc.EpollIn : 0)
            | ((interest & TransportInterest.Write) != 0 ? Libc.EpollOut : 0);
        lock (_lock)
        {
            if (_slotOf.TryGetValue(transport, out int index))
            {
                if (events == 0)
                {
                    Remove(index);
                }
                else if (_slots[index].Events != events)
                {
                    Control(Libc.EpollModify, _slots[index].Handle!, events, Tag(index));
                    _slots[index].Events = events;
                }
            }
            else if (events != 0)
            {
                Add(transport, PollerSupport.FindSocket(transport).SafeHandle, events);
            }
        }
    }

    public int Wait(TimeSpan timeout, IList<ITransport> ready)
    {
        ArgumentNullException.ThrowIfNull(ready);
        PollerSupport.CheckTimeout(timeout);

        // The clock matters only if a signal interrupts the wait.
        long startedAt = timeout > TimeSpan.Zero ? Stopwatch.GetTimestamp() : 0;
        TimeSpan left = timeout;
        while (true)
        {
            int count;
            fixed (byte* events = _events)
            {
                count = Libc.EpollWait(_epoll, events, Batch, Milliseconds(left));
            }
            if (count >= 0)
            {
                lock (_lock)
                {
                    return Collect(count, ready);
                }
            }
            int errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.Interrupted)
            {
                throw new Win32Exception(errno);
            }

            left = timeout > TimeSpan.Zero ? PollerSupport.Remaining(timeout, startedAt) : timeout;
        }
    }

    public void Wake()
    {
        // One write per wait: a wake-up between the write and the end of the wait is covered by it.
        if (Interlocked.Exchange(ref _woken, 1) != 0)
        {
            return;
        }
        try
        {
            ulong one = 1;
            _ = Libc.Write(_wakeHandle, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // No thread is waiting any more.
        }
    }

    public void Dispose()
    {
        _epoll.Dispose();
        _wakeHandle.Dispose();
    }

    /// <summary>Converts to milliseconds, rounded up, so that the last millisecond before a deadline is not spent spinning.</summary>
    internal static int Milliseconds(TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return -1;
        }
        long whole = timeout.Ticks / TimeSpan.TicksPerMillisecond;
        long rounded = timeout.Ticks % TimeSpan.TicksPerMillisecond == 0 ? whole : whole + 1;
        return (int)Math.Min(rounded, int.MaxValue);
    }

    private int Collect(int count, IList<ITransport> ready)
    {
        int size = s_dataOffset + sizeof(ulong);
        int appended = 0;
        for (int i = 0; i < count; i++)
        {
            ulong tag = MemoryMarshal.Read<ulong>(_events.AsSpan(i * size + s_dataOffset));
            if (tag == WakeTag)
            {
                // First empty the handle, then allow the next write: a wake-up in between is covered by this return.
                ulong value;
                _ = Libc.Read(_wakeHandle, &value, sizeof(ulong));
                Interlocked.Exchange(ref _woken, 0);
                continue;
            }
            int index = (int)(uint)tag;
            if (index < _slotCount && Tag(index) == tag && _slots[index].Transport is { } transport)
            {
                ready.Add(transport);
                appended++;
            }
        }
        return appended;
    }

    private void Add(ITransport transport, SafeSocketHandle handle, uint events)
    {
        if (!_free.TryPop(out int index))
        {
            index = _slotCount++;
            if (index == _slots.Length)
            {
                Array.Resize(ref _slots, _slots.Length * 2);
            }
        }
        if (!TryControl(Libc.EpollAdd, handle, events, Tag(index)))
        {
            if (Marshal.GetLastPInvokeError() != Errno.Exists)
            {
                int errno = Marshal.GetLastPInvokeError();
                _free.Push(index);
                throw new Win32Exception(errno);
            }
            TakeOver(handle); // another layer over the same socket, which was not removed before
            Control(Libc.EpollModify, handle, events, Tag(index));
        }
        ref Slot slot = ref _slots[index];
        slot.Transport = transport;
        slot.Handle = handle;
        slot.Events = events;
        _slotOf.Add(transport, index);
    }

    private void Remove(int index)
    {
        SafeSocketHandle handle = _slots[index].Handle!;
        if (!handle.IsClosed)
        {
            TryControl(Libc.EpollDelete, handle, 0, 0);
        }
        Free(index);
    }

    private void Free(int index)
    {
        ref Slot slot = ref _slots[index];
        _slotOf.Remove(slot.Transport!);
        slot.Transport = null;
        slot.Handle = null;
        slot.Events = 0;
        slot.Generation++;
        _free.Push(index);
    }

    private void TakeOver(SafeSocketHandle handle)
    {
        for (int i = 0; i < _slotCount; i++)
        {
            if (ReferenceEquals(_slots[i].Handle, handle))
            {
                Free(i);
                return;
            }
        }
    }

    private ulong Tag(int index) => (ulong)_slots[index].Generation << 32 | (uint)index;

    private void Control(int operation, SafeHandle handle, uint events, ulong tag)
    {
        if (!TryControl(operation, handle, events, tag))
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    private bool TryControl(int operation, SafeHandle handle, uint events, ulong tag)
    {
        ControlCalls++;
        byte* change = stackalloc byte[16];
        *(uint*)change = events;
        *(ulong*)(change + s_dataOffset) = tag;
        return Libc.EpollControl(_epoll, operation, handle, change) == 0;
    }

    private static SafeFileHandle Own(int handle) =>
        handle >= 0 ? new(handle, ownsHandle: true) : throw new Win32Exception(Marshal.GetLastPInvokeError());

    private struct Slot
    {
        public ITransport? Transport;
        public SafeSocketHandle? Handle;
        public uint Events;

        /// <summary>Gets the generation, one bit short of 32, so that no slot's tag equals that of the wake-up handle.</summary>
        public uint Generation
        {
            readonly get => _generation & 0x7FFF_FFFF;
            set => _generation = value;
        }

        private uint _generation;
    }
}
