namespace MLNetGen;

/// <summary>What the page's pictures need to be stepped through. It holds no ampersand and no less-than sign, so that the page stays well-formed.</summary>
internal static class PageScript
{
    public const string JavaScript = """
        for (const strip of document.querySelectorAll('.filmstrip')) {
          const controls = strip.querySelector('.controls');
          if (!controls) continue;
          const frames = [...strip.querySelectorAll('.frame')];
          const slider = controls.querySelector('input');
          const play = controls.querySelector('button');
          const last = frames.length - 1;
          let timer = 0;
          const show = index => {
            slider.value = index;
            slider.setAttribute('aria-valuetext', frames[index].textContent);
            frames.forEach((frame, i) => { frame.hidden = i !== index; });
          };
          const stop = () => {
            clearInterval(timer);
            timer = 0;
            play.classList.remove('playing');
            play.setAttribute('aria-label', 'Play');
          };
          slider.addEventListener('input', () => { stop(); show(+slider.value); });
          play.addEventListener('click', () => {
            if (timer) { stop(); return; }
            if (+slider.value === last) show(0);
            play.classList.add('playing');
            play.setAttribute('aria-label', 'Pause');
            timer = setInterval(() => {
              show(+slider.value + 1);
              if (+slider.value === last) stop();
            }, 400);
          });
          show(last);
          controls.hidden = false;
        }
        """;
}
