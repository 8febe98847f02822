namespace Fireball.Bench;

/// <summary>The numbers of idle workers. Thread-safe.</summary>
internal sealed class WorkerPool : IDisposable
{
    private readonly SemaphoreSlim _idle;
    private readonly Stack<int> _numbers;
    private readonly int _size;

    /// <summary>All are idle.</summary>
    public WorkerPool(int size)
    {
        _size = size;
        _idle = new SemaphoreSlim(size);
        _numbers = new Stack<int>(Enumerable.Range(0, size).Reverse());
    }

    /// <summary>Takes one; blocks until there is one.</summary>
    public int Take()
    {
        _idle.Wait();
        lock (_numbers)
        {
            return _numbers.Pop();
        }
    }

    /// <summary>Gives one back.</summary>
    public void Return(int worker)
    {
        lock (_numbers)
        {
            _numbers.Push(worker);
        }

        _idle.Release();
    }

    /// <summary>Blocks until all are idle; none is given out any more.</summary>
    public void TakeAll()
    {
        for (int i = 0; i < _size; i++)
        {
            _idle.Wait();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _idle.Dispose();
}
