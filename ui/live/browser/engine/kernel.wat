;; The one inner loop of the engine: c += a b, for row-major float32 matrices a [m k], b [k n], c [m n].
;;
;; A strip of 16, 4 or 1 columns of c stays in registers while its row of a and its columns of b are
;; walked through, so every element of c is loaded and stored once. Addresses are in bytes.
(module
  (import "engine" "memory" (memory 1))

  (func (export "product")
    (param $a i32) (param $b i32) (param $c i32) (param $m i32) (param $k i32) (param $n i32)
    (local $row i32)       ;; bytes from one row of b, and of c, to the next
    (local $left i32)      ;; columns still to do in this row of c
    (local $column i32)    ;; where the strip begins in the first row of b
    (local $walk i32)      ;; goes down the strip in b
    (local $at i32)        ;; goes along the row of a
    (local $end i32)       ;; where the row of a ends
    (local $f v128)        ;; one element of a, four times
    (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128) (local $s f32)
    (local.set $row (i32.shl (local.get $n) (i32.const 2)))
    (loop $rows
      (if (i32.eqz (local.get $m)) (then (return)))
      (local.set $end (i32.add (local.get $a) (i32.shl (local.get $k) (i32.const 2))))
      (local.set $left (local.get $n))
      (local.set $column (local.get $b))

      (loop $strips
        (local.set $at (local.get $a))
        (local.set $walk (local.get $column))
        (if (i32.ge_u (local.get $left) (i32.const 16))
          (then
            (local.set $s0 (v128.load (local.get $c)))
            (local.set $s1 (v128.load offset=16 (local.get $c)))
            (local.set $s2 (v128.load offset=32 (local.get $c)))
            (local.set $s3 (v128.load offset=48 (local.get $c)))
            (loop $along
              (local.set $f (v128.load32_splat (local.get $at)))
              (local.set $s0 (f32x4.add (local.get $s0)
                (f32x4.mul (local.get $f) (v128.load (local.get $walk)))))
              (local.set $s1 (f32x4.add (local.get $s1)
                (f32x4.mul (local.get $f) (v128.load offset=16 (local.get $walk)))))
              (local.set $s2 (f32x4.add (local.get $s2)
                (f32x4.mul (local.get $f) (v128.load offset=32 (local.get $walk)))))
              (local.set $s3 (f32x4.add (local.get $s3)
                (f32x4.mul (local.get $f) (v128.load offset=48 (local.get $walk)))))
              (local.set $walk (i32.add (local.get $walk) (local.get $row)))
              (br_if $along (i32.lt_u
                (local.tee $at (i32.add (local.get $at) (i32.const 4))) (local.get $end))))
            (v128.store (local.get $c) (local.get $s0))
            (v128.store offset=16 (local.get $c) (local.get $s1))
            (v128.store offset=32 (local.get $c) (local.get $s2))
            (v128.store offset=48 (local.get $c) (local.get $s3))
            (local.set $c (i32.add (local.get $c) (i32.const 64)))
            (local.set $column (i32.add (local.get $column) (i32.const 64)))
            (local.set $left (i32.sub (local.get $left) (i32.const 16)))
            (br $strips)))
        (if (i32.ge_u (local.get $left) (i32.const 4))
          (then
            (local.set $s0 (v128.load (local.get $c)))
            (loop $along
              (local.set $s0 (f32x4.add (local.get $s0)
                (f32x4.mul (v128.load32_splat (local.get $at)) (v128.load (local.get $walk)))))
              (local.set $walk (i32.add (local.get $walk) (local.get $row)))
              (br_if $along (i32.lt_u
                (local.tee $at (i32.add (local.get $at) (i32.const 4))) (local.get $end))))
            (v128.store (local.get $c) (local.get $s0))
            (local.set $c (i32.add (local.get $c) (i32.const 16)))
            (local.set $column (i32.add (local.get $column) (i32.const 16)))
            (local.set $left (i32.sub (local.get $left) (i32.const 4)))
            (br $strips)))
        (if (local.get $left)
          (then
            (local.set $s (f32.load (local.get $c)))
            (loop $along
              (local.set $s (f32.add (local.get $s)
                (f32.mul (f32.load (local.get $at)) (f32.load (local.get $walk)))))
              (local.set $walk (i32.add (local.get $walk) (local.get $row)))
              (br_if $along (i32.lt_u
                (local.tee $at (i32.add (local.get $at) (i32.const 4))) (local.get $end))))
            (f32.store (local.get $c) (local.get $s))
            (local.set $c (i32.add (local.get $c) (i32.const 4)))
            (local.set $column (i32.add (local.get $column) (i32.const 4)))
            (local.set $left (i32.sub (local.get $left) (i32.const 1)))
            (br $strips))))

      (local.set $a (local.get $end))
      (local.set $m (i32.sub (local.get $m) (i32.const 1)))
      (br $rows))))
