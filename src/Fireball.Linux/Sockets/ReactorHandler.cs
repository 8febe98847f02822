namespace Fireball.Linux;

/// <summary>What a <see cref="Reactor"/> calls when a descriptor is ready.</summary>
public abstract class ReactorHandler
{
    /// <summary>Where the reactor keeps this; -1: not added. Guarded by the reactor's lock.</summary>
    internal int Slot { get; set; } = -1;

    /// <summary>
    /// The descriptor is ready as <paramref name="events"/> says (EPOLLIN and so on). Runs on the reactor's thread: it
    /// must not block. It may be called once more after its removal, when that happens on another thread meanwhile.
    /// </summary>
    protected internal abstract void OnReady(uint events);
}
